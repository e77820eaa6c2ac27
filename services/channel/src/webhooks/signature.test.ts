import { expect, it } from 'vitest'
import { sign, signatureHeader, timestampHeader, verify } from './signature.ts'

const secret = 'a secret of the test'
const body = Buffer.from('{"id":"evt_1"}')
const now = Date.parse('2026-11-21T10:00:00Z')
const signed = sign(secret, body, now)
const headers = { timestamp: signed[timestampHeader], signature: signed[signatureHeader] }

it('knows its own signature within five minutes', () => {
  expect(verify(secret, body, headers, now)).toBe('genuine')
  expect(verify(secret, body, headers, now + 299_000)).toBe('genuine')
  expect(verify(secret, body, headers, now + 301_000)).toBe('stale')
  expect(verify(secret, body, headers, now - 301_000)).toBe('stale')
})

it.each([
  ['another body', Buffer.from('{"id":"evt_2"}'), headers],
  ['a later time with the old signature', body, { ...headers, timestamp: String(now / 1000 + 1) }],
  ['no signature', body, { ...headers, signature: undefined }],
  ['no time', body, { ...headers, timestamp: undefined }],
  ['half a signature', body, { ...headers, signature: headers.signature?.slice(0, 40) }],
  ['another secret', body, { ...headers, signature: sign('another secret here', body, now)[signatureHeader] }],
])('refuses %s', (_what, changed, given) => {
  expect(verify(secret, changed, given, now)).toBe('unsigned')
})
