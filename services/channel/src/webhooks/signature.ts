import { createHmac, timingSafeEqual } from 'node:crypto'

/** Header with seconds since 1970, and header with `v1=` and the HMAC in hexadecimal. */
export const timestampHeader = 'provider-timestamp'
export const signatureHeader = 'provider-signature'

/** Older or newer webhooks are refused: a recorded one cannot be played back later. */
export const TOLERANCE_S = 300

const hmac = (secret: string, timestamp: string, body: Uint8Array) =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest()

/** Headers that sign a webhook's raw body. @param now ms since 1970 */
export function sign(secret: string, body: Uint8Array, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  return { [timestampHeader]: timestamp, [signatureHeader]: `v1=${hmac(secret, timestamp, body).toString('hex')}` }
}

/** Whether a webhook is the provider's, and of now. @param now ms since 1970 */
export function verify(
  secret: string,
  body: Uint8Array,
  { timestamp, signature }: { timestamp: string | undefined; signature: string | undefined },
  now: number,
): 'genuine' | 'unsigned' | 'stale' {
  const given = /^v1=([0-9a-f]{64})$/.exec(signature ?? '')?.[1]
  if (given === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return 'unsigned'
  if (!timingSafeEqual(Buffer.from(given, 'hex'), hmac(secret, timestamp, body))) return 'unsigned'
  return Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_S ? 'genuine' : 'stale'
}
