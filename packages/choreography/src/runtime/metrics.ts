import { counter, gauge, processDuration } from '@murmuration/telemetry'
import type { Store } from '../ports.ts'
import type { Outcome, Work } from './work.ts'

/** What every service tells about its choreography; labels are names of code, never ids. */
export interface RuntimeMetrics {
  consumed(topic: string, group: string, messages: number, ignored: number): void
  handled(work: Work, outcome: Outcome, startTime: number): void
}

export function runtimeMetrics(store: Store): RuntimeMetrics & { stop(): void } {
  const consumed = counter('choreography.messages.consumed', { description: 'Messages delivered to the service', unit: '{message}' })
  const skipped = counter('choreography.messages.skipped', {
    description: 'Messages of types the service does not react to',
    unit: '{message}',
  })
  const handled = counter('choreography.reactions', { description: 'Decisions by reaction and outcome', unit: '{reaction}' })
  const parked = counter('choreography.parked', { description: 'Messages parked, by reaction and reason', unit: '{message}' })
  let backlog = { outboxAgeMs: 0, outbox: 0, parked: 0, effects: 0 }
  const refresh = setInterval(() => {
    store.relay.backlog().then(
      (now) => (backlog = now),
      () => {},
    )
  }, 5_000)
  refresh.unref()
  gauge('choreography.outbox.age', () => backlog.outboxAgeMs / 1000, { description: 'Age of the oldest unpublished event', unit: 's' })
  gauge('choreography.outbox.size', () => backlog.outbox, { description: 'Unpublished events', unit: '{event}' })
  gauge('choreography.parked.size', () => backlog.parked, { description: 'Messages that wait for an operator', unit: '{message}' })
  gauge('choreography.effects.size', () => backlog.effects, { description: 'Side effects that are not concluded', unit: '{effect}' })
  return {
    stop: () => clearInterval(refresh),
    consumed(topic, group, messages, ignored) {
      consumed.add(messages, { 'messaging.destination.name': topic, 'messaging.consumer.group.name': group })
      if (ignored > 0) skipped.add(ignored, { 'messaging.destination.name': topic })
    },
    handled(work, outcome, startTime) {
      handled.add(1, { reaction: work.name, outcome: outcome.outcome })
      if (outcome.outcome === 'parked') parked.add(1, { reaction: work.name, reason: outcome.reason })
      processDuration.record((Date.now() - startTime) / 1000, { reaction: work.name })
    },
  }
}
