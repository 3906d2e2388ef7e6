export interface MozillaAnchors {
  firefox: string;
  anchors: { sha256: string; name: string; der: string }[];
}
export function mozillaAnchors(program?: string): Promise<MozillaAnchors>;
