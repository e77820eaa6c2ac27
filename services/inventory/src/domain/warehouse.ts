import { WarehouseChanged } from '@murmuration/contracts'

/** A place that goods are sent from. */
export interface Warehouse {
  /** Its code. */
  readonly warehouse: string
  /** Orders are served from the warehouses of the lowest number first. */
  readonly priority: number
}

/** Where goods go of which nobody says where. It is there from the beginning. */
export const defaultWarehouse = 'main'

/** Opens a warehouse, or gives it another priority. The same again changes nothing. */
export function setWarehouse(input: Warehouse, known: Warehouse | undefined) {
  if (known?.priority === input.priority) return { reply: known }
  return { rows: { warehouse: input }, events: [WarehouseChanged(input)], reply: input }
}
