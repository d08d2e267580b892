import { type Client, type Config, createClient } from '@libsql/client'

import { classify, DatabaseUnavailable } from './errors.ts'
import { pauseBefore } from './pause.ts'

/** The calls of a client that ask the server something. */
const ASKING: ReadonlySet<string | symbol> = new Set([
  'execute',
  'batch',
  'migrate',
  'transaction',
  'executeMultiple',
])

/**
 * A client of a server whose every call ends in time: a server that hangs would be waited for without end. Over HTTP
 * the request is aborted. Over WebSocket all calls share one connection, and a call that is late gives it up: what
 * waits on it would wait as long, and the next call gets a new one. Whatever a call throws says what it means to us.
 *
 * @param deadline milliseconds
 */
export function deadlined(config: Config, deadline: number): Client {
  const open = () =>
    createClient({
      ...config,
      fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(deadline) }),
    })
  let client = open()
  const renew = (late: Client) => {
    if (late.protocol !== 'ws' || late !== client || late.closed) return
    client = open()
    late.close()
  }
  const timed = <T>(call: Promise<T>, asked: Client): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => {
          reject(new DatabaseUnavailable(`the database did not answer within ${deadline} ms`))
          renew(asked)
        },
        // Over HTTP the abort comes first, and frees the place in the queue.
        asked.protocol === 'ws' ? deadline : deadline + 250,
      )
    })
    return Promise.race([call, late])
      .catch((error: unknown) => {
        throw classify(error)
      })
      .finally(() => clearTimeout(timer))
  }
  return new Proxy(client, {
    get(_, name) {
      const asked = client
      const member: unknown = Reflect.get(asked, name, asked)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, asked, args)
        return ASKING.has(name) ? timed(Promise.resolve(result), asked) : result
      }
    },
  })
}

/**
 * The same client, whose single statements are sent again when they got no answer. For reads: a write would be made
 * twice.
 *
 * @param patience milliseconds after its start in which a statement is sent again
 */
export function rereading(client: Client, patience: number): Client {
  const again = async <T>(ask: () => Promise<T>): Promise<T> => {
    const began = performance.now()
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || performance.now() - began >= patience)
          throw error
        await pauseBefore(attempt + 1)
      }
    }
  }
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (name !== 'execute' || typeof member !== 'function') return member
      return (...args: unknown[]) =>
        again(() => Promise.resolve(Reflect.apply(member, target, args)))
    },
  })
}
