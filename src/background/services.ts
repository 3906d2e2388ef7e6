import type { Clock } from "../base/clock.ts";
import type { Closing } from "../protocol/background-messages.ts";
import { type ShownVerdict, type ToolbarButton, verdictAction } from "./action.ts";
import { removeAnswers } from "../store/answers.ts";
import { directoryAnswer, forgetDirectory, putDirectoryAnswers } from "../store/directory-answers.ts";
import { draftsToAuthor } from "../store/drafts.ts";
import { allIdentities } from "../store/identities.ts";
import * as issuerStore from "../store/issuers.ts";
import { keptVaults, unlockKeyStore } from "../store/key-vaults.ts";
import * as receiptStore from "../store/receipts.ts";
import * as revocationStore from "../store/revocation.ts";
import { unreadableRecords, watchStores } from "../store/reading.ts";
import { deleteDatabase, salvage, surveyStores } from "../store/salvage.ts";
import { countOf, putSetting, setting } from "../store/settings.ts";
import { type Attempts, attemptDelays } from "./attempt-delays.ts";
import { anchorService } from "./anchor-service.ts";
import { afterLogout, isOf, type Purge } from "./after-logout.ts";
import { type Binding, bindings, type Place } from "./bindings.ts";
import { cardServices } from "./card-services.ts";
import { cardViews } from "./card-views.ts";
import { certificateBook } from "./certificate-book.ts";
import { composerWindows, type WindowSize } from "./composer-windows.ts";
import { confirmService } from "./confirm-service.ts";
import { contactService } from "./contact-service.ts";
import { datesOf, directoryCopies } from "./directory-copies.ts";
import { type DirectoryBrowser, directoryFetcher } from "./directory-fetch.ts";
import { directoryService } from "./directory-service.ts";
import { documents, type TabDocuments } from "./documents.ts";
import { type Charges, failureBudget } from "./failure-budget.ts";
import { type HostBrowser, hostConnection } from "./host-connection.ts";
import { findSigner } from "./find-signer.ts";
import { hintService } from "./hint-service.ts";
import { issuerService } from "./issuer-service.ts";
import { keptAnswers } from "./kept-answers.ts";
import { keptDirectory } from "./kept-directory.ts";
import { keptIntermediates } from "./kept-intermediates.ts";
import { keyLocks } from "./key-locks.ts";
import { keyRules } from "./key-rules.ts";
import { keyService } from "./key-service.ts";
import { listService } from "./list-service.ts";
import { noteService, type NoteWords } from "./note-service.ts";
import { openFrames } from "./open-frames.ts";
import { outboxService, type SendOwner } from "./outbox-service.ts";
import { keyVaults } from "./key-vaults.ts";
import { keyChoices } from "./key-choices.ts";
import { ownKeyServices, vaultContents, waitingIn } from "./own-key-services.ts";
import { ownKeysWith } from "./own-keys.ts";
import { peopleService } from "./people-service.ts";
import { type ManagedArea, policyService } from "./policy-service.ts";
import { presence, type SignedIn } from "./presence.ts";
import { popupQuestions } from "./popup-questions.ts";
import { receiptMemory } from "./receipt-memory.ts";
import { receiptService } from "./receipt-service.ts";
import { recipientService } from "./recipient-service.ts";
import { removals } from "./removals.ts";
import { repairService } from "./repair-service.ts";
import { type NetworkBrowser, retrievalService } from "./retrieval-service.ts";
import { revocationFiles } from "./revocation-files.ts";
import { revocationService } from "./revocation-service.ts";
import { secretService } from "./secret-service.ts";
import { sendService } from "./send-service.ts";
import { securityKeys } from "./security-keys.ts";
import { type SendPermission, sendTickets } from "./send-tickets.ts";
import { type SessionArea, sessionTable } from "./session-table.ts";
import { storeHealth, type StoreMark } from "./store-health.ts";
import { type Ticket, tickets } from "./tickets.ts";
import { trustDecisions } from "./trust-decisions.ts";
import { trustService } from "./trust-service.ts";
import { type UnlockedRow, unlockedKeys } from "./unlocked-keys.ts";
import { unlockService } from "./unlock-service.ts";
import { userDirectories } from "./user-directories.ts";
import { type WebmailBrowser, webmailService } from "./webmail-service.ts";

/** What the background needs of the browser; tests give their own. */
export interface BrowserParts {
  session: SessionArea;
  managed: ManagedArea;
  /** Outlives the database; see `store-health`. */
  mark: { read(): Promise<unknown>; write(mark: StoreMark): Promise<void> };
  /** Takes a line for whoever looks after the browsers; it tells nothing of messages. */
  log: (line: string) => void;
  webmail: WebmailBrowser;
  network: NetworkBrowser;
  button: ToolbarButton;
  /** Whether a tab is the one that its window shows. */
  isShown(tab: number): Promise<boolean>;
  /** Whether a frame of a tab still has a content script of ours. */
  isAlive(place: { tab: number; frame: number }): Promise<boolean>;
  /** The origin of what a tab shows; null where we may not know. */
  originOf(tab: number): Promise<string | null>;
  /** Has one frame of ours show nothing any more. */
  closeFrame(place: Place, why: Closing): void;
  /** Closes a window of ours, by its tab. */
  closeWindow(tab: number): void;
  /** `part` is where in the page, behind `#`; without it an open one stays where it is. */
  openWindow(page: string, part?: string): Promise<void>;
  /** Opens a composer's window for a ticket; answers its tab. */
  openComposer(ticket: string, size: WindowSize): Promise<number | null>;
  /** Asks a tab's top document whether it serves a window. */
  askPage(tab: number, message: object): Promise<void>;
  /** Brings a tab to the front if it still shows this origin, or else opens one. */
  showSite(origin: string, tab: number): Promise<void>;
  /** Opens the confirmation window for an id; answers its tab. */
  openConfirmation(id: string): Promise<number | null>;
  /** Opens the password window for an id; answers its tab. */
  openSecret(id: string): Promise<number | null>;
  /** Opens the unlock window for an id; answers its tab. */
  openUnlock(id: string): Promise<number | null>;
  /** Tells a tab's top document that the composer is wanted. */
  composeAbove(tab: number, message: object): Promise<void>;
  /** Asks one frame of a tab what it shows; it answers by a request of its own, or not at all. */
  askReader(place: { tab: number; frame: number }, question: string): void;
  /** Tells a reader that a key which it may wait for was unlocked. */
  tellUnlocked(place: { tab: number; frame: number }): void;
  /** Has unlocked keys looked at again at this time, milliseconds since the epoch; null takes that back. */
  lockAlarm(at: number | null): Promise<void>;
  /** Words of the note that asks for a certificate. */
  noteWords: NoteWords;
  /** Starts Mailseal's host and speaks with it. */
  host: HostBrowser;
  directory: DirectoryBrowser;
  clock: Clock;
}

/** Puts the services together: the one place that knows them all. */
export function makeServices(browser: BrowserParts) {
  const { session, clock } = browser;
  const health = storeHealth({
    mark: browser.mark,
    database: { id: () => setting("database-id"), setId: (id) => putSetting("database-id", id), count: countOf },
    unreadable: unreadableRecords,
    newId: () => crypto.randomUUID(),
    clock,
  });
  watchStores(health);
  const policy = policyService(browser.managed, clock, browser.log);
  const host = hostConnection(browser.host);
  const anchors = anchorService(policy);
  const retrievals = retrievalService({ policy, network: browser.network, host, clock });
  const revocation = revocationService({ policy, retrievals, store: revocationStore, clock });
  const issuers = issuerService({ policy, retrievals, store: issuerStore, clock });
  const trust = trustService({ anchors, revocation, issuers, clock });
  const answers = { get: directoryAnswer, put: putDirectoryAnswers };
  const contacts = contactService(answers, clock);
  const ownDirectories = userDirectories({ read: () => setting("user-directories"), write: (all) => putSetting("user-directories", all) });
  const directories = directoryService({
    policy,
    own: () => ownDirectories.all(),
    ldapSearch: (question) => host.ldapSearch(question),
    fetch: directoryFetcher(browser.directory, host),
    answers,
    contacts,
    kept: keptDirectory,
    copies: directoryCopies(
      (question) => host.ldapSearch(question),
      { put: putDirectoryAnswers, forget: forgetDirectory, dates: async () => datesOf(await setting("directory-copies")), setDates: (dates) => putSetting("directory-copies", dates) },
      clock,
    ),
    clock,
  });
  const find = findSigner(trust, directories);
  const people = peopleService(trust, clock, directories, keptDirectory);
  const lists = listService(directories, policy, clock);
  const recipients = recipientService(people, lists);
  const allBindings = bindings(sessionTable<Binding>(session, "bindings"));
  const allSendTickets = sendTickets(sessionTable<SendPermission>(session, "send-tickets"), clock);
  const receiptsKept = receiptMemory(receiptStore, clock);
  const choices = keyChoices({ read: () => setting("key-choices"), write: (all) => putSetting("key-choices", all), policy });
  const tellReaders = (readers: Promise<{ tab: number; frame: number }[]>): void => void readers.then((all) => all.forEach((reader) => browser.tellUnlocked(reader))).catch(() => undefined);
  const identityRules = keyRules(policy);
  const vaults = keyVaults({ read: keptVaults, ...vaultContents, delays: attemptDelays(sessionTable<Attempts>(session, "unlock-attempts"), clock) });
  const keyLocksHere = keyLocks({
    vaults,
    unlocked: unlockedKeys(sessionTable<UnlockedRow>(session, "unlocked-keys"), unlockKeyStore, clock),
    identities: allIdentities,
    rules: identityRules,
    alarm: (at) => browser.lockAlarm(at),
    onUnlocked: (ids) => tellReaders(allBindings.waiting(ids)),
    clock,
  });
  const relyingParty = async (): Promise<string> => (await policy.current()).values.WebAuthnRelyingParty;
  const webmails = webmailService(browser.webmail, policy, clock, async () => [
    ...[...(await policy.current()).values.Directories, ...(await ownDirectories.all())].flatMap((place) => (place.kind === "https" ? [new URL(place.url).origin] : [])),
    ...[await relyingParty()].flatMap((domain) => (domain === "" ? [] : [`https://${domain}`])),
  ]);
  const ofCards = cardServices({
    session, policy, host, people,
    rules: identityRules,
    webmails: async () => (await webmails.all()).map(({ origin }) => origin),
    onReady: (ids) => tellReaders(allBindings.waiting(ids)),
    onCame: () => tellReaders(allBindings.unopened()),
    onUnlocked: () => void browser.openWindow("options", "cards").catch(() => undefined),
  });
  const { cards, modules } = ofCards;
  const ownKeys = ownKeysWith(choices, keyLocksHere, clock, cards.keys);
  const browserKeys = ownKeysWith(choices, keyLocksHere, clock); // No reader is asked for these.
  const send = sendService({ policy, recipients, trust, anchors: trust.anchors, sendTickets: allSendTickets, ownKeys, clock });
  const authenticators = securityKeys({ kind: browser.webmail.kind, named: relyingParty, webmails: async () => (await webmails.all()).map(({ origin }) => origin), contains: (pattern) => browser.webmail.contains(pattern), clock });
  const own = ownKeyServices({ trust, people, choices, policy, vaults, locks: keyLocksHere, authenticators, rules: identityRules, onCards: () => cards.identities(), clock });
  const minutes = { read: () => setting("unlock-minutes"), write: (value: number | null) => putSetting("unlock-minutes", value) };
  const undoing = removals(clock);
  const allTickets = tickets(sessionTable<Ticket>(session, "tickets"), clock);
  const budget = failureBudget(sessionTable<Charges>(session, "failure-budget"), clock);
  const confirmations = confirmService((id) => browser.openConfirmation(id), (tab) => browser.closeWindow(tab));
  const secrets = secretService({ bindings: allBindings, budget, isShown: (tab) => browser.isShown(tab), open: (id) => browser.openSecret(id), close: (tab) => browser.closeWindow(tab) });
  const unlocking = unlockService({ bindings: allBindings, locks: keyLocksHere, vaults, authenticators, rules: identityRules, identities: allIdentities, waitingIn, ownKeys, cards, policy, minutes, isShown: (tab) => browser.isShown(tab), open: (id) => browser.openUnlock(id), close: (tab) => browser.closeWindow(tab), clock });
  const verdicts = verdictAction(sessionTable<ShownVerdict>(session, "verdicts"), browser.button);
  // The failure budget is not here: a page that fakes a sign-out would begin anew with it. Nor is the outbox: what it holds is finished.
  const purges: Purge[] = [
    { ended: ({ origin }) => keyLocksHere.lockBoundTo(origin), locked: () => keyLocksHere.lockAll(), mustLock: true },
    { ended: ({ origin }) => cards.lockBoundTo(origin), locked: () => cards.lockAll(), started: () => ofCards.certificates.started(), mustLock: true },
    openFrames(allBindings, (place, why) => browser.closeFrame(place, why)),
    { ended: (who) => allTickets.forget((purpose) => isOf(who, purpose)), left: (who) => allTickets.forget((purpose) => !purpose.window && isOf(who, purpose)), locked: () => allTickets.forget(() => true) },
    { ended: (who) => allSendTickets.forget((permission) => isOf(who, permission)), locked: () => allSendTickets.forget(() => true) },
    { ended: (who) => verdicts.forget((shown) => isOf(who, shown)), locked: () => verdicts.forget(() => true) },
    ...[confirmations, secrets, unlocking].map(({ withdraw }): Purge => ({ ended: (who) => Promise.resolve(withdraw((by) => isOf(who, by))), locked: () => Promise.resolve(withdraw(() => true)) })),
    keptAnswers({ policy, remove: removeAnswers, forget: () => revocation.forget(), forgetLists: () => lists.forget() }),
  ];
  return {
    browser,
    health,
    repair: repairService({
      health,
      store: { survey: surveyStores, salvage, delete: deleteDatabase },
      policy: { read: () => setting("managed-policy"), write: (kept) => putSetting("managed-policy", kept), enrolment: async () => (await policy.managed()).EnrolmentAddress },
    }),
    policy,
    host,
    anchors,
    trust: { ...trust, find },
    issuers,
    retrievals,
    revocationFiles: revocationFiles(revocationStore, revocation, clock),
    people,
    contacts,
    ownDirectories,
    directories,
    recipients,
    ownKeys, browserKeys,
    keyLocks: keyLocksHere,
    vaults,
    authenticators,
    budget,
    bindings: allBindings,
    tickets: allTickets,
    windows: composerWindows({
      tickets: allTickets,
      bindings: allBindings,
      open: (ticket, size) => browser.openComposer(ticket, size),
      tabsOf: (origin) => webmails.tabsOf(origin),
      askPage: (tab, question) => browser.askPage(tab, { mailseal: "serve-window", question }),
      show: (origin, tab) => browser.showSite(origin, tab),
      size: { read: () => setting("composer-window"), write: (size) => putSetting("composer-window", size) },
    }),
    presence: presence(sessionTable<SignedIn>(session, "signed-in")),
    afterLogout: afterLogout(purges),
    documents: documents(sessionTable<TabDocuments>(session, "documents")),
    hints: hintService({ read: () => setting("hints-dismissed"), write: (names) => putSetting("hints-dismissed", names) }),
    ...own,
    certificates: certificateBook({ anchors, trust, identities: own.identities, onCards: async () => (await cards.identities()).map(({ kept }) => kept), clock }),
    intermediates: keptIntermediates({ anchors, clock }),
    decisions: trustDecisions({ anchors, undoing, clock }),
    keys: keyService({ bindings: allBindings, budget, sendTickets: allSendTickets, ownKeys, isShown: (tab) => browser.isShown(tab), receipts: receiptsKept, drafts: draftsToAuthor, signed: (document) => cards.finished(document), clock }),
    send,
    notes: noteService({ send, ownKeys, words: browser.noteWords, signed: (document) => cards.finished(document), clock }),
    receipts: receiptService({ trust, send, ownKeys, memory: receiptsKept, signed: (document) => cards.finished(document), clock }),
    outbox: outboxService({ owners: sessionTable<SendOwner>(session, "send-owners"), sendTickets: allSendTickets, clock, isAlive: (owner) => browser.isAlive(owner), isBound: (window) => allBindings.has(window), receipts: receiptsKept }),
    removals: undoing, webmails,
    cards,
    cardModules: modules, cardOrigins: ofCards.origins,
    cardViews: cardViews({ cards, host, modules, identities: own.identities, rules: identityRules }),
    confirmations, secrets, unlocking,
    popupQuestions: popupQuestions((reader, question) => browser.askReader(reader, question)),
    verdicts,
  };
}

export type Services = ReturnType<typeof makeServices>;
