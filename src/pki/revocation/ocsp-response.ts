/** placeholder */
export interface OcspResponse { der: Uint8Array }
