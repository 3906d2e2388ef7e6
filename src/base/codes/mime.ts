export const mimeCodes = {
  "mime.not-mail": "The input has no header and no body that could be read as mail.",
  "mime.multipart-no-boundary": "A multipart entity names no usable boundary.",
  "mime.boundary-missing": "A multipart entity's closing boundary is missing: the message was cut off.",
  "mime.base64-damaged": "Base64 text holds characters or an ending that do not belong there.",
  "limits.mime-depth": "Parts are nested deeper than the limit.",
  "limits.mime-parts": "There are more parts than the limit.",
  "limits.header-size": "A header or header field is larger than the limit.",
  "limits.message-size": "The message is larger than the limit.",
} as const;
