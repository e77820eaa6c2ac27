import { type Databases, type StatementLine, statementSince } from '@murmuration/checker'

/** Something that may not be, at any time. */
export interface Violation {
  readonly invariant: 'stock' | 'money'
  readonly detail: string
}

/** One statement, so that all of it is of one moment. */
const STOCK = `
  WITH held AS (
    SELECT line->>'warehouse' AS warehouse, line->>'sku' AS sku, sum((line->>'quantity')::int) AS pieces
    FROM reservations, json_array_elements(lines::json) AS line WHERE status = 'held' GROUP BY 1, 2
  )
  SELECT s.sku, s.available, s.reserved, s.total, coalesce(h.pieces, 0)::int AS held
  FROM stocks s LEFT JOIN held h ON h.sku = s.sku AND h.warehouse = s.warehouse
  WHERE least(s.available, s.reserved, s.total) < 0 OR s.available + s.reserved <> s.total OR s.reserved <> coalesce(h.pieces, 0)`

const MONEY = `SELECT "paymentId", amount::float8 AS amount, "refundedAmount"::float8 AS refunded FROM payments WHERE "capturedAt" IS NOT NULL`

/** No stock below zero, and as much reserved as reservations hold. */
export async function stockViolations(databases: Databases): Promise<Violation[]> {
  const rows = await databases.rows<{ sku: string; available: number; reserved: number; total: number; held: number }>('inventory', STOCK)
  return rows.map((row) => ({ invariant: 'stock', detail: JSON.stringify(row) }))
}

/**
 * Nobody is charged twice, nobody gets back more than was charged, and what we hold for captured or refunded the provider's statement has: it may be
 * ahead of us, by what is in flight, and never behind.
 */
export async function moneyViolations(databases: Databases, provider: string, sinceMs: number): Promise<Violation[]> {
  const payments = await databases.rows<{ paymentId: string; amount: number; refunded: number }>('payment', MONEY)
  return compared(payments, await statementSince(provider, sinceMs))
}

export function compared(
  payments: readonly { paymentId: string; amount: number; refunded: number }[],
  statement: readonly StatementLine[],
): Violation[] {
  const found: string[] = []
  const charges = new Map<string, { charged: number; refunded: number }>()
  const byId = new Map<string, { charged: number; refunded: number }>()
  for (const { type, chargeId, reference, amount } of statement) {
    if (type === 'charge') {
      if (charges.has(reference)) found.push(`payment ${reference} is charged twice`)
      const charge = { charged: amount, refunded: 0 }
      charges.set(reference, charge)
      byId.set(chargeId, charge)
    } else {
      const charge = byId.get(chargeId)
      if (charge === undefined) found.push(`refund ${reference} is of no charge`)
      else charge.refunded += amount
    }
  }
  for (const [reference, { charged, refunded }] of charges)
    if (refunded > charged) found.push(`payment ${reference}: ${refunded} of ${charged} given back`)
  for (const { paymentId, amount, refunded } of payments) {
    const charge = charges.get(paymentId)
    if (charge === undefined) found.push(`payment ${paymentId} is captured, but the provider has no charge`)
    else if (charge.charged !== amount)
      found.push(`payment ${paymentId} is captured with ${amount}, but was charged with ${charge.charged}`)
    else if (refunded > charge.refunded) found.push(`payment ${paymentId} is refunded by ${refunded}, the provider has ${charge.refunded}`)
  }
  return found.map((detail) => ({ invariant: 'money', detail }))
}
