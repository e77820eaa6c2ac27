/**
 * The formats that our schemas use, each one regular expression, so that the generated validators need no library.
 * Stricter than ajv-formats where its leniency would break a database: no `urn:uuid:` prefix, no 30th of February.
 */
const month31 = '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])'
const month30 = '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)'
const february = '02-(?:0[1-9]|1\\d|2[0-8])'
const leapYear = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const day = `(?:\\d{4}-(?:${month31}|${month30}|${february})|${leapYear}-02-29)`
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)'
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

export const formats: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  'date-time': new RegExp(`^${day}T${time}$`),
  email: new RegExp(`^[a-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@(?:${label}\\.)+${label}$`, 'i'),
}
