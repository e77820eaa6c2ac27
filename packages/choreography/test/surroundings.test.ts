import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const OWN =
  /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask|AbortSignal\.timeout|Math\.random|randomUUID|randomFill|randomBytes|uuidV7|node:timers)/

it('lets the runtime take time, waiting, chance and ids from its surroundings only, so that it can be simulated', () => {
  const folder = new URL('../src/runtime/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(10)
  const found = files.flatMap((name) =>
    readFileSync(new URL(name, folder), 'utf8')
      .split('\n')
      .flatMap((line, index) => (OWN.test(line) ? [`${name}:${index + 1} ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})
