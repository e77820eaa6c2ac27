import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '@murmuration/telemetry'
import { sign } from '../webhooks/signature.ts'
import type { Entry } from './book.ts'
import { nameOf } from './chance.ts'
import type { Settings } from './settings.ts'

const log = logger('provider')
const ATTEMPTS = 6
const TIMEOUT_MS = 5_000

export interface WebhookSender {
  /** Tells of an entry, later, and in its own time: never throws. */
  tell(entry: Entry, settings: Settings): void
  stop(): void
}

/** Sends signed webhooks, each until it is answered with less than 500, at most six times in about a minute. */
export function webhookSender({ url, secret }: { url: string; secret: string }): WebhookSender {
  const stopping = new AbortController()
  const { signal } = stopping

  const post = async (body: Buffer): Promise<boolean> => {
    try {
      const headers = { 'content-type': 'application/json', ...sign(secret, body, Date.now()) }
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      await response.body?.cancel()
      if (response.status >= 400 && response.status < 500) log.warn({ status: response.status }, 'a webhook was refused')
      return response.status < 500
    } catch {
      return false
    }
  }
  const deliver = async (entry: Entry, { webhookDelayMs, webhookDuplicates }: Settings) => {
    const { type, key, ...data } = entry
    const body = Buffer.from(
      JSON.stringify({ id: nameOf('evt', `${type}:${key}`), type: `${type}.${entry.status}`, createdAt: entry.createdAt, data }),
    )
    await sleep(webhookDelayMs, undefined, { signal })
    for (let copy = 0; copy <= webhookDuplicates; copy++)
      for (let attempt = 0; attempt < ATTEMPTS && !(await post(body)); attempt++) await sleep(1_000 * 2 ** attempt, undefined, { signal })
  }
  return {
    tell: (entry, settings) => void deliver(entry, settings).catch(() => {}),
    stop: () => stopping.abort(),
  }
}
