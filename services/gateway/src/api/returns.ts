import { note } from '@murmuration/http/formats'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { byId, id, money, sku, time } from './schemas.ts'

const line = z.object({ productId: id, sku, quantity: z.int() })
const refundStatus = z.enum(['none', 'pending', 'refunded', 'failed', 'retried'])

/** A return, as its order shows it. */
export const orderReturn = z
  .object({
    returnId: id,
    status: z.enum(['requested', 'approved', 'rejected', 'completed']),
    lines: z.array(line),
    amount: money.meta({ description: 'What was paid for it' }),
    reason: z.string(),
    requestedAt: time,
    decidedAt: time.optional(),
    decidedBy: z.enum(['administrator', 'rule']).optional(),
    rejection: z.string().optional().meta({ description: 'Why it was refused' }),
    refund: refundStatus
      .optional()
      .meta({ description: '`none`: all that was paid had gone back before; `failed`: the provider declined it for good' }),
    restocked: z.boolean().optional(),
    completedAt: time.optional(),
  })
  .meta({ id: 'Return' })

/** A refund, as its order shows it. */
export const orderRefund = z
  .object({
    refundId: id,
    status: refundStatus.exclude(['none']),
    amount: money,
    cause: z.string(),
    returnId: id.optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'OrderRefund' })

const newReturn = z
  .strictObject({
    items: z
      .array(z.strictObject({ productId: id, quantity: z.int().min(1).max(100_000) }))
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'By default all that was not given back before' }),
    reason: note(500),
  })
  .meta({ id: 'NewReturn' })

const common = { tag: 'orders', service: 'order' } as const
const oneReturn = z.object({ id, returnId: id })
const one = { 200: { description: 'The return', schema: orderReturn } }

export const returns: Endpoint[] = [
  {
    ...common,
    method: 'post',
    path: '/orders/{id}/returns',
    summary: 'Give a confirmed order back, or some of it',
    description: 'An administrator decides, or for small amounts a rule; then the money goes back and the goods into the stock.',
    access: 'user',
    params: byId,
    body: newReturn,
    answers: { 201: { description: 'Asked for; approved already when the rule says so', schema: orderReturn } },
    to: '/orders/{id}/returns',
    creates: true,
    within: true,
    located: true,
  },
  {
    ...common,
    method: 'post',
    path: '/orders/{id}/returns/{returnId}/approve',
    summary: 'Agree to a return',
    access: 'admin',
    params: oneReturn,
    answers: one,
    to: '/orders/{id}/returns/{returnId}/approve',
  },
  {
    ...common,
    method: 'post',
    path: '/orders/{id}/returns/{returnId}/reject',
    summary: 'Refuse a return, and tell the customer why',
    access: 'admin',
    params: oneReturn,
    body: z.strictObject({ reason: note(500) }),
    answers: one,
    to: '/orders/{id}/returns/{returnId}/reject',
  },
  {
    ...common,
    method: 'get',
    path: '/returns',
    summary: 'Returns that wait for an administrator, oldest first, at most 100',
    access: 'admin',
    answers: { 200: { description: 'The returns', schema: z.object({ items: z.array(orderReturn.extend({ orderId: id, userId: id })) }) } },
    to: '/returns',
  },
]
