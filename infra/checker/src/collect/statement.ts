import type { StatementLine } from '../rows.ts'

const DAY_MS = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/**
 * All that moved money at the provider on the days since then, from its own statements.
 *
 * @param url the provider's base URL
 */
export async function statementSince(url: string, sinceMs: number): Promise<readonly StatementLine[]> {
  const days = new Set<string>()
  for (let at = sinceMs; at < Date.now() + DAY_MS; at += DAY_MS) days.add(dayOf(Math.min(at, Date.now())))
  const pages = await Promise.all([...days].map((day) => pageOf(url, day)))
  return pages.flat()
}

async function pageOf(url: string, day: string): Promise<StatementLine[]> {
  const answer = await fetch(`${url}/v1/statement.csv?day=${day}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the provider gives no statement of ${day}: ${answer.status} ${text}`)
  return linesOf(text)
}

/** @throws Error for a line that is not one of ours: no cell of ours needs quotes */
export function linesOf(csv: string): StatementLine[] {
  const [head = '', ...rows] = csv.trimEnd().split('\n')
  const columns = head.split(',')
  return rows.map((row) => {
    const cells = row.split(',')
    const of = (column: string) => cells[columns.indexOf(column)] ?? ''
    const type = of('type')
    if (cells.length !== columns.length || (type !== 'charge' && type !== 'refund')) throw new Error(`not a line of a statement: ${row}`)
    return { type, chargeId: of('charge_id'), reference: of('reference'), amount: Number(of('amount')), currency: of('currency') }
  })
}
