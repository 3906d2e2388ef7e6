const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const PLACES = { Chrome: "Software\\Policies\\Google\\Chrome", Edge: "Software\\Policies\\Microsoft\\Edge" };

const NAMESPACE = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" revision="1.0" schemaVersion="1.0" xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"';

/** A list whose entries have several lines does not fit into the editor's list, and is written as JSON. */
const isJson = ({ type, items, description = "" }) => type === "array" && (items.type !== "string" || description.includes("PEM"));

/** How the editor asks for a value, and the value in the registry. */
function element(name, schema, key) {
  if (isJson(schema)) {
    return { element: `<text id="${name}" valueName="${name}" maxLength="1048576" />`, presentation: `<textBox refId="${name}"><label>JSON</label></textBox>` };
  }
  switch (schema.type) {
    case "integer":
      return { element: `<decimal id="${name}" valueName="${name}" minValue="0" maxValue="4294967295" />`, presentation: `<decimalTextBox refId="${name}">${name}</decimalTextBox>` };
    case "string":
      return { element: `<text id="${name}" valueName="${name}" maxLength="1048576" />`, presentation: `<textBox refId="${name}"><label>${name}</label></textBox>` };
    case "array":
      return { element: `<list id="${name}" key="${key}\\${name}" valuePrefix="" />`, presentation: `<listBox refId="${name}">${name}</listBox>` };
    default:
      throw new Error(`no way to ask for ${name}`);
  }
}

function policy(place, [name, schema], key) {
  const head = `    <policy name="${place}_${name}" class="Both" displayName="$(string.${name})" explainText="$(string.${name}_explain)" key="${key}"`;
  const rest = `\n      <parentCategory ref="Mailseal_${place}" />\n      <supportedOn ref="Any" />\n`;
  if (schema.type === "boolean") return `${head} valueName="${name}">${rest}      <enabledValue><decimal value="1" /></enabledValue>\n      <disabledValue><decimal value="0" /></disabledValue>\n    </policy>`;
  return `${head} presentation="$(presentation.${name})">${rest}      <elements>${element(name, schema, key).element}</elements>\n    </policy>`;
}

/**
 * Administrative templates for Group Policy, made from the schema of managed settings: where each value lies, and the words.
 * @param {{properties: Record<string, object>}} schema
 * @param {string} id of the extension
 * @returns {{admx: string, adml: string}}
 */
export function groupPolicy({ properties }, id) {
  const settings = Object.entries(properties);
  const places = Object.entries(PLACES).map(([place, root]) => [place, `${root}\\3rdparty\\extensions\\${id}\\policy`]);
  const admx = `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions ${NAMESPACE}>
  <policyNamespaces>
    <target prefix="mailseal" namespace="Mailseal.Policies" />
  </policyNamespaces>
  <resources minRequiredRevision="1.0" />
  <supportedOn>
    <definitions>
      <definition name="Any" displayName="$(string.Any)" />
    </definitions>
  </supportedOn>
  <categories>
    <category name="Mailseal" displayName="$(string.Mailseal)" />
${places.map(([place]) => `    <category name="Mailseal_${place}" displayName="$(string.Mailseal_${place})"><parentCategory ref="Mailseal" /></category>`).join("\n")}
  </categories>
  <policies>
${places.flatMap(([place, root]) => settings.map((setting) => policy(place, setting, root))).join("\n")}
  </policies>
</policyDefinitions>
`;
  const words = [["Any", "Any version"], ["Mailseal", "Mailseal"], ...places.map(([place]) => [`Mailseal_${place}`, place]), ...settings.flatMap(([name, { description }]) => [[name, name], [`${name}_explain`, description]])];
  const adml = `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources ${NAMESPACE}>
  <displayName>Mailseal</displayName>
  <description>S/MIME for webmail</description>
  <resources>
    <stringTable>
${words.map(([name, text]) => `      <string id="${name}">${escaped(text)}</string>`).join("\n")}
    </stringTable>
    <presentationTable>
${settings.filter(([, { type }]) => type !== "boolean").map(([name, schema]) => `      <presentation id="${name}">${element(name, schema, "").presentation}</presentation>`).join("\n")}
    </presentationTable>
  </resources>
</policyDefinitionResources>
`;
  return { admx, adml };
}
