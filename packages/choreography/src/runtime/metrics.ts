import { counter, gauge, processDuration } from '@murmuration/telemetry'
import type { Backlog, Store, Surroundings } from '../ports.ts'
import { atALook } from './at-a-look.ts'
import type { Outcome, Work } from './work.ts'

/** What every service tells about its choreography; labels are names of code, never ids. */
export interface RuntimeMetrics {
  consumed(topic: string, group: string, messages: number, ignored: number): void
  handled(work: Work, outcome: Outcome, startTime: number): void
}

/** Where nobody reads them. */
export const noMetrics: RuntimeMetrics = { consumed() {}, handled() {} }

export function runtimeMetrics(around: Surroundings, store: Store): RuntimeMetrics {
  const consumed = counter('choreography.messages.consumed', { description: 'Messages delivered to the service', unit: '{message}' })
  const skipped = counter('choreography.messages.skipped', {
    description: 'Messages of types the service does not react to',
    unit: '{message}',
  })
  const handled = counter('choreography.reactions', { description: 'Decisions by reaction and outcome', unit: '{reaction}' })
  const parked = counter('choreography.parked', { description: 'Messages parked, by reaction and reason', unit: '{message}' })
  const backlog = atALook(around, () => store.relay.backlog())
  const figure = (name: string, read: (of: Backlog) => number, description: string, unit: string) =>
    gauge(name, async () => read(await backlog()), { description, unit })
  figure('choreography.outbox.age', ({ outboxAgeMs }) => outboxAgeMs / 1000, 'Age of the oldest unpublished event', 's')
  figure('choreography.outbox.size', ({ outbox }) => outbox, 'Unpublished events', '{event}')
  figure('choreography.outbox.refused', ({ refused }) => refused, 'Events that the broker refuses as too large', '{event}')
  figure('choreography.parked.size', ({ parked: size }) => size, 'Messages that wait for an operator', '{message}')
  figure('choreography.effects.size', ({ effects }) => effects, 'Side effects that are not concluded', '{effect}')
  return {
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
