import type { Command } from '@murmuration/choreography'
import { RuleViolation } from '@murmuration/contracts'
import { parseInput, parseJson, problem } from '@murmuration/http'
import { inSpan, logger } from '@murmuration/telemetry'
import express, { type Router } from 'express'
import { toldOfCapture } from '../commands/told-of-capture.ts'
import { toldOfRefund } from '../commands/told-of-refund.ts'
import { webhooks } from '../metrics.ts'
import { outcomeOf } from '../psp/outcome.ts'
import type { Requests } from '../store/requests.ts'
import { webhookMessage } from './message.ts'
import { signatureHeader, timestampHeader, verify } from './signature.ts'

export interface WebhookOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  readonly requests: Pick<Requests, 'captureOf' | 'refundOf'>
  readonly secret: string
  /** ms since 1970; for tests. */
  now?(): number
}

/** `POST /webhooks/provider`. Mounted before bodies are parsed: the signature is over the raw bytes. */
export function webhookRoutes({ execute, requests, secret, now = Date.now }: WebhookOptions): Router {
  const router = express.Router()

  const tell = async (kind: 'charge' | 'refund', told: { reference: string; amount: number; currency: string }) => {
    const { reference, amount, currency } = told
    const outcome = outcomeOf(told)
    if (outcome === undefined) throw problem(400, 'invalid_input', 'The webhook does not say what became of it.')
    const common = { amount, currency, outcome }
    if (kind === 'charge') {
      const capture = await requests.captureOf(reference)
      if (capture === undefined) return undefined
      return inSpan(
        'channel.webhook',
        () => execute(toldOfCapture, { ...common, paymentId: reference, orderId: capture.orderId }),
        saga(capture),
      )
    }
    const refund = await requests.refundOf(reference)
    if (refund === undefined) return undefined
    const { paymentId, orderId } = refund
    return inSpan('channel.webhook', () => execute(toldOfRefund, { ...common, refundId: reference, paymentId, orderId }), saga(refund))
  }

  router.post('/webhooks/provider', express.raw({ type: () => true, limit: '100kb', inflate: false }), async (req, res) => {
    const body: unknown = req.body
    if (!(body instanceof Uint8Array)) throw problem(400, 'invalid_json', 'A webhook has a body.')
    const authentic = verify(secret, body, { timestamp: req.get(timestampHeader), signature: req.get(signatureHeader) }, now())
    if (authentic !== 'genuine') {
      webhooks.add(1, { outcome: authentic })
      throw problem(
        401,
        `${authentic}_webhook`,
        authentic === 'stale' ? 'The webhook is too old, or from the future.' : 'The signature is not right.',
      )
    }
    const { type, data } = parseInput(webhookMessage, parseJson(body))
    try {
      const outcome = await tell(type.startsWith('charge') ? 'charge' : 'refund', data)
      webhooks.add(1, { outcome: outcome ?? 'unknown' })
      if (outcome === undefined) throw problem(404, 'unknown_reference', 'Nothing was asked of the provider under this reference.')
      res.json({ outcome })
    } catch (error) {
      if (error instanceof RuleViolation) {
        webhooks.add(1, { outcome: 'contradiction' })
        logger('channel').error({ err: error, type, reference: data.reference }, 'a webhook contradicts what is known')
      }
      throw error
    }
  })
  return router
}

const saga = ({ orderId }: { orderId: string }) => ({ 'saga.id': orderId })
