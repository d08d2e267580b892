import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/**
 * What becomes of one request:
 * `unsent`: it is not passed on, the connection is cut;
 * `lost`: it is passed on and answered, then the connection is cut;
 * `half`: so too, but half of the answer is passed on first;
 * `silent`: it is passed on, and its answer never comes;
 * `gateway`: it is passed on, and the answer is a gateway's 502 in HTML.
 */
export type Loss = 'unsent' | 'lost' | 'half' | 'silent' | 'gateway'

/** Stands between a BFF and its libSQL server, and loses what it is told to. */
export interface LossyProxy {
  /** What `@libsql/client` takes as `url`. */
  readonly url: string
  /** How many requests have come by. */
  readonly requests: number
  /** How many were lost. */
  readonly losses: number
  /** Decides over every request from now on, by what it carries. `undefined` lets it pass. */
  lose(decide: (body: string) => Loss | undefined): void
  /** The next request whose body matches is lost, and no other. */
  loseOnce(loss: Loss, matching: RegExp): void
  /** Lets everything pass again. */
  mend(): void
  stop(): Promise<void>
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** @param target the libSQL server, `http://…` */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  let decide: (body: string) => Loss | undefined = () => undefined
  let requests = 0
  let losses = 0

  function ask(incoming: IncomingMessage, body: Buffer) {
    return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>(
      (resolve, reject) => {
        const { host: _host, connection: _connection, ...headers } = incoming.headers
        const onward = request(
          new URL(incoming.url ?? '/', target),
          { method: incoming.method ?? 'GET', headers },
          (answer) => {
            read(answer).then(
              (bytes) =>
                resolve({
                  status: answer.statusCode ?? 502,
                  headers: answer.headers,
                  body: bytes,
                }),
              reject,
            )
          },
        )
        onward.once('error', reject)
        onward.end(body)
      },
    )
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming)
    requests += 1
    const loss = decide(body.toString())
    if (loss !== undefined) losses += 1
    if (loss === 'unsent') {
      response.destroy()
      return
    }
    const answer = await ask(incoming, body)
    const { 'transfer-encoding': _coding, connection: _connection, ...headers } = answer.headers
    switch (loss) {
      case 'lost':
        response.destroy()
        return
      case 'silent':
        return
      case 'gateway':
        response.writeHead(502, { 'content-type': 'text/html' })
        response.end('<html><body>Bad gateway</body></html>')
        return
      case 'half':
        response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length })
        response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () =>
          response.destroy(),
        )
        return
      case undefined:
        response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length })
        response.end(answer.body)
    }
  }

  const server = createServer((incoming, response) => {
    // The server behind is gone: so is the one in front.
    pass(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    get requests() {
      return requests
    },
    get losses() {
      return losses
    },
    lose(rule) {
      decide = rule
    },
    loseOnce(loss, matching) {
      decide = (body) => {
        if (!matching.test(body)) return undefined
        decide = () => undefined
        return loss
      }
    },
    mend() {
      decide = () => undefined
    },
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
