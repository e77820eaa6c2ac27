/**
 * The formats that our schemas use, each one regular expression without flags: the generated validators need no library, and what is checked outside
 * of events (HTTP inputs, the published OpenAPI) is checked by the same one.
 * Stricter than ajv-formats where its leniency would break a database: no `urn:uuid:` prefix, no 30th of February.
 */
const month31 = '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])'
const month30 = '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)'
const february = '02-(?:0[1-9]|1\\d|2[0-8])'
const leapYear = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const day = `(?:\\d{4}-(?:${month31}|${month30}|${february})|${leapYear}-02-29)`
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)'
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'

export const formats = {
  uuid: /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/,
  'date-time': new RegExp(`^${day}T${time}$`),
  /** RFC 5322's dot-atom at a host name of RFC 1123, whose last label is not all digits (RFC 3696). */
  email: new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+(?![0-9]+$)${label}$`),
} satisfies Readonly<Record<string, RegExp>>
