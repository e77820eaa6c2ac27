import type { Anomaly } from '@murmuration/checker'
import { recipients } from '@murmuration/notification/store/tables'
import { products as known } from '@murmuration/order/store/tables'
import { products } from '@murmuration/product/store/tables'
import type { World } from '@murmuration/simulation'
import { users } from '@murmuration/user/store/tables'

/** Whose rows these are, who keeps a projection of them, and what of them. */
const projections = [
  { of: 'product', rows: products, by: 'order', kept: known, fields: ['sku', 'name', 'amount', 'currency', 'status'] },
  { of: 'user', rows: users, by: 'notification', kept: recipients, fields: ['email', 'fullName'] },
] as const

/** When all is quiet, a projection says what its source says, however often and whenever that was told again. */
export function* staleProjections({ rows: rowsOf }: Pick<World, 'rows'>): Iterable<Anomaly> {
  for (const { of, rows, by, kept, fields } of projections) {
    const told = rowsOf(by, kept)
    for (const [key, { row }] of rowsOf(of, rows)) {
      const [there, here] = [row, told.get(key)?.row] as [Record<string, unknown>, Record<string, unknown> | undefined]
      const differing = fields.filter((field) => there[field] !== here?.[field])
      if (differing.length > 0)
        yield {
          name: 'mismatched_states',
          sagaId: key,
          service: by,
          detail: `${by} knows another ${differing.join(', ')} of ${key} than ${of} does`,
        }
    }
  }
}
