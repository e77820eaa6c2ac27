import type { Command } from '@murmuration/choreography'
import { RuleViolation } from '@murmuration/contracts'
import { HttpProblem, parseJson, problem } from '@murmuration/http'
import { inSpan, logger } from '@murmuration/telemetry'
import express, { type Router } from 'express'
import { toldOfCapture } from '../commands/told-of-capture.ts'
import { toldOfRefund } from '../commands/told-of-refund.ts'
import { webhooks } from '../metrics.ts'
import type { Requests } from '../store/requests.ts'
import { type Told, told } from './message.ts'
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

  const tell = async ({ kind, reference, ...said }: Told) => {
    const known = kind === 'charge' ? await requests.captureOf(reference) : await requests.refundOf(reference)
    if (known === undefined) return undefined
    const { paymentId, orderId } = known
    const settle = () =>
      kind === 'charge'
        ? execute(toldOfCapture, { ...said, paymentId, orderId })
        : execute(toldOfRefund, { ...said, refundId: reference, paymentId, orderId })
    return inSpan('channel.webhook', settle, { 'saga.id': orderId })
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
    try {
      const outcome = await tell(told(parseJson(body)))
      webhooks.add(1, { outcome: outcome ?? 'unknown' })
      if (outcome === undefined) throw problem(404, 'unknown_reference', 'Nothing was asked of the provider under this reference.')
      res.json({ outcome })
    } catch (error) {
      if (error instanceof RuleViolation) alert('contradiction', error)
      else if (error instanceof HttpProblem && error.status === 400) alert('not_understood', error)
      throw error
    }
  })
  return router
}

/** It is signed: either the provider errs, or somebody has its secret. */
function alert(outcome: 'contradiction' | 'not_understood', err: Error): void {
  webhooks.add(1, { outcome })
  logger('channel').error(
    { err },
    outcome === 'contradiction' ? 'a webhook contradicts itself or what is known' : 'a webhook is not understood',
  )
}
