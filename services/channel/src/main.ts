import { runProcess } from '@murmuration/host'
import { service } from './service.ts'

await runProcess([service], process.env)
