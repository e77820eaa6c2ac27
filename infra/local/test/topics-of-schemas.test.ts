import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { topicsOfSchemas } from '../src/services/topics-of-schemas.ts'

it('are of the owners of events, and of no other folder of schemas', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'schemas-'))
  try {
    const files = [
      'order/OrderPlaced.v1.json',
      'order/OrderPlaced.v2.json',
      'payment/PaymentCaptured.v12.json',
      'common/Money.json',
      'openapi/gateway.json',
      'asyncapi.yaml',
    ]
    for (const file of files) {
      await mkdir(join(folder, file, '..'), { recursive: true })
      await writeFile(join(folder, file), '{}')
    }
    expect(await topicsOfSchemas(folder)).toEqual(['order.events', 'payment.events'])
    expect(await topicsOfSchemas(join(folder, 'nowhere'))).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('are the topics that the services write to', async () => {
  const topics = await topicsOfSchemas()
  expect(topics).toContain('order.events')
  expect(topics).not.toContain('openapi.events')
  expect(topics).not.toContain('common.events')
})
