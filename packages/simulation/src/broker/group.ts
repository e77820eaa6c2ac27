import type { Chance } from '../chance.ts'
import type { Member } from './member.ts'
import type { Partition } from './topics.ts'

type Position = { readonly topic: string; readonly partition: number; readonly offset: string }

/** A consumer group: its members, who of them reads which partition, and how far the group has come. */
export interface Group {
  readonly name: string
  readonly members: ReadonlySet<Member>
  enter(member: Member): void
  leave(member: Member): void
  /** Deals the partitions out anew. Members find out one after the other; what they read since the last commit is read again. */
  rebalance(): void
  /** @throws Error from a member that the group has gone on without */
  commit(member: Member, positions: readonly Position[]): void
  /** Goes back to the beginning of all topics, as an operator can. */
  rewind(): void
  appended(partition: Partition): void
  /** True when all there is was read and handled, but by those who are dead or frozen: they do nothing before the world does. */
  idle(): boolean
  readonly generation: number
}

/** How long members take to find out that the group has changed, at most. */
const JOIN_MS = 50

export function group(name: string, partitions: readonly Partition[], { dice }: { dice: Chance }): Group {
  const places = new Map(partitions.map((partition) => [`${partition.topic}/${partition.index}`, partition]))
  const members = new Set<Member>()
  const committed = new Map<Partition, number>()
  const owners = new Map<Partition, Member>()
  const position = (partition: Partition) => committed.get(partition) ?? 0

  const rebalance = () => {
    self.generation++
    owners.clear()
    const present = [...members]
    if (present.length === 0) return
    // Partition i of every topic goes to the same member, as the real assigner has it.
    const first = dice.below(present.length)
    for (const partition of partitions) owners.set(partition, present[(first + partition.index) % present.length] as Member)
    for (const member of present) member.instance.later(Math.ceil(dice.next() * JOIN_MS), () => join(member))
  }
  const join = (member: Member) => {
    if (!members.has(member) || member.generation === self.generation) return
    const own = partitions.filter((partition) => owners.get(partition) === member)
    member.join(self.generation, new Map(own.map((partition) => [partition, position(partition)])), own.length === partitions.length)
  }
  const self = {
    name,
    members,
    generation: 0,
    rebalance,
    enter(member: Member) {
      members.add(member)
      rebalance()
    },
    leave(member: Member) {
      if (members.delete(member)) rebalance()
    },
    commit(member: Member, positions: readonly Position[]) {
      if (!members.has(member) || member.generation !== self.generation) throw new Error('the group is rebalancing')
      for (const { topic, partition, offset } of positions) {
        const own = places.get(`${topic}/${partition}`)
        if (own !== undefined) committed.set(own, Number(offset))
      }
    },
    rewind() {
      committed.clear()
      rebalance()
    },
    appended(partition: Partition) {
      owners.get(partition)?.wake(partition)
    },
    idle() {
      for (const { instance, generation, idle } of members)
        if (instance.alive && !instance.frozen && (generation !== self.generation || !idle())) return false
      return true
    },
  }
  return self
}
