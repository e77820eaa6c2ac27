import { command } from '@murmuration/choreography'
import { WarehouseChanged } from '@murmuration/contracts'
import { setWarehouse as set, type Warehouse } from '../domain/warehouse.ts'
import { warehouses } from '../store/tables.ts'

export const setWarehouse = command<Warehouse>()('SetWarehouse', {
  emits: [WarehouseChanged],
  saga: ({ warehouse }) => warehouse,
  reads: ({ warehouse }) => ({ warehouse: warehouses.one(warehouse) }),
  decide: (input, { warehouse }) => set(input, warehouse),
})
