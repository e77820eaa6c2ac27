import {
  createNoopMeter,
  type Logger,
  type LoggerProvider,
  type Meter,
  type MeterProvider,
  type MetricOptions,
  ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { perScope } from './scope.ts'
import { type Scope, shared } from './state.ts'

const providersOf = (scope: Scope) => shared.running?.providersOf(scope)

// What comes after the SDK's end goes nowhere.
const nowhere = new ProxyTracerProvider()

/** What instrumentations and helpers get: each span, measurement and log record goes to the service in whose scope it is made. */
export const scopedTracers: TracerProvider = {
  getTracer(...named) {
    const own = perScope((scope) => (providersOf(scope)?.tracers ?? nowhere).getTracer(...named))
    const tracer = {
      startSpan: (...args: Parameters<Tracer['startSpan']>) => own().startSpan(...args),
      startActiveSpan: (...args: Parameters<Tracer['startActiveSpan']>) => own().startActiveSpan(...args),
    }
    return tracer as Tracer
  },
}

export const scopedMeters: MeterProvider = {
  getMeter(...named) {
    const own = perScope((scope) => providersOf(scope)?.meters.getMeter(...named) ?? createNoopMeter())
    type Kind = 'createGauge' | 'createHistogram' | 'createCounter' | 'createUpDownCounter'
    const instrument =
      (kind: Kind) =>
      (...described: [name: string, options?: MetricOptions]) => {
        const mine = perScope(() => own()[kind](...described) as { add?: Take; record?: Take })
        return { add: (...taken: Taken) => mine().add?.(...taken), record: (...taken: Taken) => mine().record?.(...taken) }
      }
    const meter = {
      createGauge: instrument('createGauge'),
      createHistogram: instrument('createHistogram'),
      createCounter: instrument('createCounter'),
      createUpDownCounter: instrument('createUpDownCounter'),
      // Whoever is asked for its readings is its service's alone.
      createObservableGauge: (...described: Parameters<Meter['createObservableGauge']>) => own().createObservableGauge(...described),
      createObservableCounter: (...described: Parameters<Meter['createObservableCounter']>) => own().createObservableCounter(...described),
      createObservableUpDownCounter: (...described: Parameters<Meter['createObservableUpDownCounter']>) =>
        own().createObservableUpDownCounter(...described),
      addBatchObservableCallback: (...args: Parameters<Meter['addBatchObservableCallback']>) => own().addBatchObservableCallback(...args),
      removeBatchObservableCallback: (...args: Parameters<Meter['removeBatchObservableCallback']>) =>
        own().removeBatchObservableCallback(...args),
    }
    return meter as Meter
  },
}

type Taken = [value: number, attributes?: object]
type Take = (...taken: Taken) => void

export const scopedLoggers: LoggerProvider = {
  getLogger(...named) {
    const own = perScope((scope) => providersOf(scope)?.loggers?.getLogger(...named))
    return {
      emit: (...args: Parameters<Logger['emit']>) => own()?.emit(...args),
      enabled: (...args: Parameters<Logger['enabled']>) => own()?.enabled(...args) ?? false,
    }
  },
}
