import { createServer } from 'node:net'

/** Two programs wanted the same port. */
export class PortTaken extends Error {
  readonly code = 'port_taken'
  override readonly name = 'PortTaken'
}

/** The address of a server is fixed once services are bound to it. */
export class PortFixed extends Error {
  readonly code = 'port_fixed'
  override readonly name = 'PortFixed'
}

/** Whether nothing listens on a port of this machine. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/** The first of `count` free ports in a row at or above `from`. */
export async function freeInARow(from: number, count: number): Promise<number> {
  for (let first = from; first + count < 65_536; first += count) {
    const row = Array.from({ length: count }, (_, i) => first + i)
    const free = await Promise.all(row.map(isFree))
    if (free.every(Boolean)) return first
  }
  throw new PortTaken('no free ports were found')
}

/** @throws {PortTaken} naming the port and how to choose another */
export async function mustBeFree(port: number, option: string): Promise<number> {
  if (await isFree(port)) return port
  throw new PortTaken(`port ${port} is taken by another program; choose another with ${option}`)
}
