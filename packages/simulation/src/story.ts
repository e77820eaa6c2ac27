/** What happened, line by line: the same for the same seed, to the byte. */
export interface Story {
  tell(who: string, what: string): void
  lines(): readonly string[]
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** @param nameOf a name for an id, to be read instead of it; those without one are numbered as they come. */
export function story(now: () => number, startsAt: number, nameOf: (id: string) => string | undefined): Story {
  const told: string[] = []
  const names = new Map<string, string>()
  const name = (id: string): string => {
    let found = names.get(id)
    if (found === undefined) {
      found = nameOf(id) ?? `#${names.size + 1}`
      names.set(id, found)
    }
    return found
  }
  return {
    tell(who, what) {
      const seconds = ((now() - startsAt) / 1000).toFixed(4)
      told.push(`${seconds.padStart(10)}  ${who.padEnd(14)}  ${what.replaceAll(UUID, name)}`)
    },
    lines: () => told,
  }
}

/** Nobody listens. */
export const silence: Story = { tell: () => {}, lines: () => [] }
