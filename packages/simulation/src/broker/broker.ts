import {
  type ConsumeOptions,
  type EventLog,
  type LogConsumer,
  type LogMessage,
  type OutgoingRecord,
  TooLarge,
} from '@murmuration/choreography/ports'
import { chance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import { failure } from '../failure.ts'
import type { Fate } from '../fate.ts'
import type { Instance } from '../instance.ts'
import { never, port } from '../port.ts'
import { type Group, group } from './group.ts'
import { type Member, member } from './member.ts'
import { type Topics, topics } from './topics.ts'

/** The broker, with its topics and groups, and the connections of instances to it. */
export interface Broker {
  readonly topics: Topics
  readonly groups: ReadonlyMap<string, Group>
  away: boolean
  /** After an outage. */
  back(): void
  connect(instance: Instance): EventLog
  /** Its session has run out: the group goes on without it. */
  expel(instance: Instance): void
  /** It finds out that it was expelled, and enters again. */
  enterAgain(instance: Instance): void
  /** True when every group is: its members that are awake have read and handled all there is. */
  idle(): boolean
}

/** How long the broker waits for a member of which nothing is heard. */
export const SESSION_MS = 10_000

export interface BrokerOptions {
  readonly clock: Clock
  readonly fate: Fate
  readonly seed: number
  appended(message: LogMessage): void
  delivered(messages: number): void
}

export function broker({ clock, fate, seed, appended, delivered }: BrokerOptions): Broker {
  const groups = new Map<string, Group>()
  const readers = new Map<string, Group[]>()
  const memberships = new Map<Instance, { group: Group; member: Member }[]>()
  const log = topics(clock.now, (partition, message) => {
    for (const reader of readers.get(message.topic) ?? []) reader.appended(partition)
    appended(message)
  })
  const groupOf = ({ group: name, topics: read }: ConsumeOptions): Group => {
    let found = groups.get(name)
    if (found === undefined) {
      found = group(
        name,
        read.flatMap((topic) => log.partitions(topic)),
        { dice: chance(seed, `${name} group`) },
      )
      groups.set(name, found)
      for (const topic of read) readers.set(topic, [...(readers.get(topic) ?? []), found])
    }
    return found
  }
  const self: Broker = {
    topics: log,
    groups,
    away: false,
    back() {
      self.away = false
      for (const { members } of groups.values()) for (const each of members) each.wakeAll()
    },
    expel(instance) {
      for (const { group: left, member: who } of memberships.get(instance) ?? []) left.leave(who)
    },
    enterAgain(instance) {
      for (const { group: entered, member: who } of memberships.get(instance) ?? []) if (!entered.members.has(who)) entered.enter(who)
    },
    idle() {
      for (const each of groups.values()) if (!each.idle()) return false
      return true
    },
    connect(instance) {
      const { service } = instance
      const gone = () => Promise.reject(failure('the broker is away'))
      const admin = port({ fate, instance, name: `${service} topics` })
      const offsets = port({ fate, instance, name: `${service} offsets` })
      const send = sender(instance, fate)
      return {
        partitionOf: (topic, key) => log.partitionOf(topic, key),
        ensureTopics: async () => admin(() => (self.away ? gone() : undefined)),
        consume: async (options) => admin(() => (self.away ? gone() : consumer(instance, options, offsets))),
        producer: () => ({
          send: (topic, records) => send(topic, records),
          close: () => Promise.resolve(),
        }),
        close: () => Promise.resolve(),
      }
    },
  }

  function consumer(instance: Instance, options: ConsumeOptions, offsets: ReturnType<typeof port>): LogConsumer {
    const entered = groupOf(options)
    const who = member({
      instance,
      options,
      dice: chance(seed, `${instance.name} fetch`),
      delay: fate.delays(`${instance.service} fetch`),
      away: () => self.away,
      current: (generation) => entered.members.has(who) && generation === entered.generation,
      delivered,
    })
    memberships.set(instance, [...(memberships.get(instance) ?? []), { group: entered, member: who }])
    entered.enter(who)
    // Its request was still on its way when the process died: nobody is there to read, until the session runs out.
    if (!instance.alive) clock.after(SESSION_MS, () => self.expel(instance))
    return {
      commit: async (positions) =>
        offsets(() => {
          if (self.away) throw failure('the broker is away')
          entered.commit(who, positions)
        }),
      pause: () => who.pause(),
      close() {
        entered.leave(who)
        return Promise.resolve()
      },
    }
  }

  const KINDS = {
    failed: 'fault',
    'too large': 'fault',
    'half done': 'fault',
    'answer lost': 'fault',
    'done twice': 'fault',
    'done late': 'fault',
    'crash before': 'crash',
    'crash half done': 'crash',
    'crash after': 'crash',
  } as const
  const LATE_MS = 3_000

  /** Sends can be done in part, twice, or long after they have failed; what is done is in order. */
  function sender(instance: Instance, { site, delays }: Fate) {
    const name = `${instance.service} send`
    const strikes = site(name, KINDS)
    const [there, back] = [delays(`${name} request`), delays(`${name} answer`)]
    const late = chance(seed, `${name} late`)
    const write = (topic: string, records: readonly OutgoingRecord[]) => {
      for (const { key, headers, body } of records) log.append(topic, { key, headers, value: Buffer.from(body) })
    }
    const failed = () => {
      throw failure(`${name} failed`)
    }
    return (topic: string, records: readonly OutgoingRecord[]): Promise<void> => {
      if (!instance.alive) return never()
      const fault = strikes()
      if (fault === 'crash before') {
        instance.crash(`before ${name}`)
        return never()
      }
      const half = records.slice(0, records.length >> 1)
      const act = () => {
        if (self.away || fault === 'failed') return failed()
        if (fault === 'too large') throw new TooLarge(`${name} is too large`)
        if (fault === 'done late') {
          clock.after(late.between(1, LATE_MS), () => write(topic, records))
          return failed()
        }
        if (fault === 'half done' || fault === 'crash half done') write(topic, half)
        else write(topic, records)
        if (fault === 'done twice') write(topic, records)
        if (fault?.startsWith('crash')) instance.crash(`${fault.slice('crash '.length)} ${name}`)
        if (fault !== undefined && fault !== 'done twice') failed()
      }
      return Promise.resolve(instance.call(there(), act, back()))
    }
  }
  return self
}
