import { type Client, type Config, createClient } from '@libsql/client'
import { DatabaseUnavailable } from './errors.ts'

/**
 * A client of a server whose every call ends in time: a server that hangs would be waited for without end. Over HTTP
 * the request is aborted as well; over WebSocket only the waiting ends.
 *
 * @param deadline milliseconds
 */
export function deadlined(config: Config, deadline: number): Client {
  const client = createClient({
    ...config,
    fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(deadline) }),
  })
  const timed = <T>(call: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DatabaseUnavailable(`the database did not answer within ${deadline} ms`)),
        deadline + 250,
      )
    })
    return Promise.race([call, late]).finally(() => clearTimeout(timer))
  }
  const timedMethods = new Set<string | symbol>([
    'execute',
    'batch',
    'migrate',
    'transaction',
    'executeMultiple',
  ])
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, args)
        return timedMethods.has(name) ? timed(Promise.resolve(result)) : result
      }
    },
  })
}
