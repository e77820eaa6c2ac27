import { counter, gauge, processDuration } from '@murmuration/telemetry'
import type { Backlog, Store, Surroundings } from '../ports.ts'
import { loop } from './loops.ts'
import type { Outcome, Work } from './work.ts'

const REFRESH_EVERY_MS = 5_000

/** What every service tells about its choreography; labels are names of code, never ids. */
export interface RuntimeMetrics {
  consumed(topic: string, group: string, messages: number, ignored: number): void
  handled(work: Work, outcome: Outcome, startTime: number): void
  stop(): Promise<void>
}

/** Where nobody reads them. */
export const noMetrics: RuntimeMetrics = { consumed() {}, handled() {}, stop: () => Promise.resolve() }

export function runtimeMetrics(around: Surroundings, store: Store): RuntimeMetrics {
  const consumed = counter('choreography.messages.consumed', { description: 'Messages delivered to the service', unit: '{message}' })
  const skipped = counter('choreography.messages.skipped', {
    description: 'Messages of types the service does not react to',
    unit: '{message}',
  })
  const handled = counter('choreography.reactions', { description: 'Decisions by reaction and outcome', unit: '{reaction}' })
  const parked = counter('choreography.parked', { description: 'Messages parked, by reaction and reason', unit: '{message}' })
  let backlog: Backlog = { outboxAgeMs: 0, outbox: 0, refused: 0, parked: 0, effects: 0 }
  const refreshing = loop(around, 'backlog', async () => {
    backlog = await store.relay.backlog()
    return REFRESH_EVERY_MS
  })
  gauge('choreography.outbox.age', () => backlog.outboxAgeMs / 1000, { description: 'Age of the oldest unpublished event', unit: 's' })
  gauge('choreography.outbox.size', () => backlog.outbox, { description: 'Unpublished events', unit: '{event}' })
  gauge('choreography.outbox.refused', () => backlog.refused, {
    description: 'Events that the broker refuses as too large',
    unit: '{event}',
  })
  gauge('choreography.parked.size', () => backlog.parked, { description: 'Messages that wait for an operator', unit: '{message}' })
  gauge('choreography.effects.size', () => backlog.effects, { description: 'Side effects that are not concluded', unit: '{effect}' })
  return {
    stop: () => refreshing.stop(),
    consumed(topic, group, messages, ignored) {
      consumed.add(messages, { 'messaging.destination.name': topic, 'messaging.consumer.group.name': group })
      if (ignored > 0) skipped.add(ignored, { 'messaging.destination.name': topic })
    },
    handled(work, outcome, startTime) {
      handled.add(1, { reaction: work.name, outcome: outcome.outcome })
      if (outcome.outcome === 'parked') parked.add(1, { reaction: work.name, reason: outcome.reason })
      processDuration.record((around.now() - startTime) / 1000, { reaction: work.name })
    },
  }
}
