import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { endpoints } from './api/index.ts'
import { openApi } from './openapi.ts'

it('is what is checked in', async () => {
  const file = new URL('../../../schemas/openapi/gateway.json', import.meta.url)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApi())))
})

it('has every endpoint, each with a name of its own', () => {
  const operations = Object.values(openApi().paths ?? {}).flatMap((path) => Object.values(path as Record<string, { operationId: string }>))
  expect(operations).toHaveLength(endpoints.length)
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(endpoints.length)
})
