import type { Bff, Ending } from './compose.ts'

export interface Told {
  info(message: string): void
  warn(message: string): void
  failed(error: unknown): void
}

/**
 * Ends this process in good order on SIGTERM, and on SIGINT without waiting for balancers: a person at a terminal has
 * none. A second signal changes nothing. Exits with 0, or with 1 where something could not be closed.
 */
export function endOnSignals(bff: Pick<Bff, 'close'>, ending: Ending, told: Told): void {
  let isEnding = false
  const end = (signal: NodeJS.Signals) => {
    if (isEnding) return
    isEnding = true
    told.info(`stopping: ${signal}`)
    bff.close(signal === 'SIGINT' ? { ...ending, drain: 0 } : ending).then(
      (how) => {
        if (how === 'cut')
          told.warn('calls under way were left; they will be read back by whoever runs next')
        told.info('stopped')
        process.exit(0)
      },
      (error: unknown) => {
        told.failed(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}
