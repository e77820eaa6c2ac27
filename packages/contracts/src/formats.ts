/**
 * The formats that our schemas use, each one regular expression without flags: the generated validators need no library, and what is checked outside
 * of events (HTTP inputs, the published OpenAPI) is checked by the same one.
 * Stricter than ajv-formats where its leniency would break a database: no `urn:uuid:` prefix, no 30th of February, no year that no clock shows.
 */
const month31 = '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])'
const month30 = '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)'
const february = '02-(?:0[1-9]|1\\d|2[0-8])'
/** From 2000 to 2199: another one is a mistake or a forgery, PostgreSQL knows no year 0, and deadlines reckon from these. */
const year = '2[01]\\d\\d'
const leapYear = '(?:2[01](?:0[48]|[2468][048]|[13579][26])|2000)'
const day = `(?:${year}-(?:${month31}|${month30}|${february})|${leapYear}-02-29)`
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)'
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'

export const formats = {
  uuid: /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/,
  'date-time': new RegExp(`^${day}T${time}$`),
  /** RFC 5322's dot-atom at a host name of RFC 1123, whose last label is not all digits (RFC 3696). */
  email: new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+(?![0-9]+$)${label}$`),
} satisfies Readonly<Record<string, RegExp>>
