const MASK = '[redacted]'
const SECRET_KEY = /password|passphrase|passwd|secret|authorization|cookie|(token|apikey|cardnumber|cvc|cvv)$|^pan$/
const MAX_DEPTH = 8

/** True when the digits of a text satisfy the check digit of card numbers. */
const isLuhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}

// The first alternatives are ids that may hold 13 digits in a row by chance; they are matched only to be left alone.
const CARDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/gi
const MAY_HOLD_CARD = /\d(?:[ -]?\d){12}/
const SECRETS: readonly [RegExp, string][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASK],
  [/(:\/\/[^\s:/@]*):[^\s@/]+@/g, `$1:${MASK}@`],
  [/\b((?:password|passwd|secret|(?:access_|refresh_|id_)?token|cvc|cvv)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, `$1${MASK}`],
]
const MAY_HOLD_SECRET = /bearer|basic|eyJ|:\/\/|passw|secret|token|cvc|cvv/i

const maskDigits = (match: string): string => {
  const digits = match.replaceAll(/\D/g, '')
  const isCard = digits.length <= 19 && !/[a-f]/i.test(match) && isLuhn(digits)
  return isCard ? '*'.repeat(match.length - 4) + match.slice(-4) : match
}

/** Whether a text has a card number in it: Luhn-valid, 13 to 19 digits, spaces and dashes between them or not. */
export const holdsCardNumber = (text: string): boolean => MAY_HOLD_CARD.test(text) && text.replace(CARDS, maskDigits) !== text

/** A text without card numbers (Luhn-valid, 13 to 19 digits), tokens and passwords in URLs or key=value form. */
export const redactText = (text: string): string => {
  let safe = MAY_HOLD_CARD.test(text) ? text.replace(CARDS, maskDigits) : text
  if (MAY_HOLD_SECRET.test(safe)) for (const [pattern, replacement] of SECRETS) safe = safe.replace(pattern, replacement)
  return safe
}

const isSecretKey = (key: string): boolean => SECRET_KEY.test(key.toLowerCase().replaceAll(/[_.-]/g, ''))

const redactNumber = (value: number | bigint): number | bigint | string => {
  const digits = String(value)
  // Milliseconds of this age have 13 digits and begin with 1, which no card does.
  return digits.length >= 13 && digits[0] !== '1' && /^\d{13,19}$/.test(digits) && isLuhn(digits) ? maskDigits(digits) : value
}

const redactError = (error: Error, depth: number): unknown => ({
  type: error.name,
  message: redactText(error.message),
  stack: redactText(error.stack ?? ''),
  ...redactFields({ ...error }, depth),
  ...(error.cause === undefined ? {} : { cause: redactAt(error.cause, depth + 1) }),
})

const redactFields = (fields: object, depth: number): object =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, isSecretKey(key) ? MASK : redactAt(value, depth + 1)]))

const redactAt = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'number' || typeof value === 'bigint') return redactNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '[too deep]'
  if (value instanceof Error) return redactError(value, depth)
  if (Array.isArray(value)) return value.map((each) => redactAt(each, depth + 1))
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  // Dates and the like know best how they are written.
  if ('toJSON' in value && typeof value.toJSON === 'function') return redactAt(value.toJSON(), depth + 1)
  if (value instanceof Map || value instanceof Set) return redactAt([...value], depth)
  return redactFields(value, depth)
}

/**
 * A copy of any value that may be logged: fields named like a secret (password, token, authorization, cookie, cvc …) are replaced, card
 * numbers in strings keep their last four digits, errors become `{type, message, stack}`. Cycles end at eight levels.
 */
export const redact = (value: unknown): unknown => redactAt(value, 0)
