import type { Command } from '@murmuration/choreography'
import { creationId, principalOf, problem, requireRole, validated } from '@murmuration/http'
import { inSpan } from '@murmuration/telemetry'
import express, { type RequestHandler, type Router } from 'express'
import { deduct } from './commands/deduct.ts'
import { restock } from './commands/restock.ts'
import { setWarehouse } from './commands/set-warehouse.ts'
import type { Adjust } from './domain/adjustment.ts'
import type { Stock } from './domain/stock.ts'
import { adjustment, oneOrder, oneSku, oneWarehouse, settings, severalSkus } from './inputs.ts'
import { whenKnown } from './patience.ts'
import type { Levels } from './store/levels.ts'

export interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  levels: Levels
  authenticate: RequestHandler
}

/** Stock for everybody to read, for administrators to change; reservations and warehouses for administrators. */
export function stockRoutes({ execute, levels, authenticate }: RoutesOptions): Router {
  const router = express.Router()
  const administrator = [authenticate, requireRole('admin')]

  router.get(
    '/stock',
    validated({ query: severalSkus }, async ({ query }, _req, res) => {
      res.json({ items: await inSpan('inventory.get', () => levels.of(query.skus)) })
    }),
  )
  router.get(
    '/stock/:sku',
    validated({ params: oneSku }, async ({ params }, _req, res) => {
      const [level] = await inSpan('inventory.get', () => levels.of([params.sku]))
      if (level === undefined) throw problem(404, 'sku_not_found', 'There is no stock of this sku.')
      res.json(level)
    }),
  )

  const adjusting = (command: Command<Adjust, Stock>, patiently = (run: () => Promise<Stock>) => run()) =>
    validated({ params: oneSku, body: adjustment }, async ({ params, body }, req, res) => {
      // The gateway's id of the request, the same one when it tries again: pieces are not counted twice.
      const input = { adjustmentId: creationId(req), ...params, ...body, adjustedBy: principalOf(req).userId }
      const { stockKey: _, ...level } = await patiently(() => execute(command, input))
      res.json(level)
    })
  router.post('/stock/:sku/restock', administrator, adjusting(restock, whenKnown))
  router.post('/stock/:sku/deduct', administrator, adjusting(deduct))

  const listed: RequestHandler = async (_req, res) => void res.json({ items: await levels.warehouses() })
  router.get('/warehouses', administrator, listed)
  router.put(
    '/warehouses/:warehouse',
    administrator,
    validated({ params: oneWarehouse, body: settings }, async ({ params, body }, _req, res) => {
      res.json(await execute(setWarehouse, { ...params, ...body }))
    }),
  )
  router.get(
    '/reservations/:id',
    administrator,
    validated({ params: oneOrder }, async ({ params }, _req, res) => {
      const reservation = await levels.reservation(params.id)
      if (reservation === undefined) throw problem(404, 'reservation_not_found', 'No stock was decided on for such an order.')
      res.json(reservation)
    }),
  )
  return router
}
