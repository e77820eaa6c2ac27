import type { Entry } from './book.ts'

const columns = ['type', 'id', 'chargeId', 'reference', 'amount', 'currency', 'method', 'createdAt'] as const
const header = 'type,id,charge_id,reference,amount,currency,method,created_at\n'

/** RFC 4180, and nothing that a spreadsheet would run as a formula. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const valueOf = (entry: Entry, column: (typeof columns)[number]) =>
  column === 'chargeId' ? (entry.type === 'refund' ? entry.chargeId : entry.id) : entry[column]

/** A day's statement as CSV: each charge and each refund (type says which), amounts in minor units, times in UTC. */
export const statement = (entries: readonly Entry[]): string =>
  header + entries.map((entry) => `${columns.map((column) => cell(valueOf(entry, column))).join(',')}\n`).join('')
