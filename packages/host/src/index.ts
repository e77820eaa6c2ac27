export { runProcess } from './process.ts'
export { type HostedService, hosted, type ServiceContext, type StartedService } from './service.ts'
