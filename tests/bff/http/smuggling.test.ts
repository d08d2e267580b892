import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { openWholeBff, type WholeBff } from './whole-bff.ts'

let whole: WholeBff
before(async () => {
  whole = await openWholeBff()
})
after(() => whole.end())

/** Sends bytes as they are, and gives back everything that came until the other side closed. */
function sent(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(whole.port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    let came = ''
    socket.on('data', (chunk: Buffer) => {
      came += chunk.toString('latin1')
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(came))
  })
}

const HIDDEN = 'GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const POST =
  'POST /v1/services/bob/actions/peek HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

describe('a request that says in two ways where it ends', () => {
  const cases: [what: string, bytes: string][] = [
    [
      'a length beside chunks',
      `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
    ],
    [
      'two lengths',
      `${POST}Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    ],
    ['an encoding nobody knows', `${POST}Transfer-Encoding: xchunked\r\n\r\n${HIDDEN}`],
    ['a length that is no number', `${POST}Content-Length: +0\r\n\r\n${HIDDEN}`],
    ['a name with a space behind it', `${POST}Content-Length : 0\r\n\r\n${HIDDEN}`],
    ['a header folded over two lines', `${POST}X: a\r\n b\r\nContent-Length: 0\r\n\r\n${HIDDEN}`],
    ['a line that ends with a bare LF', `${POST}X: a\nContent-Length: 0\r\n\r\n${HIDDEN}`],
  ]
  for (const [what, bytes] of cases)
    it(`is refused: ${what}`, async () => {
      const came = await sent(bytes)
      // One refusal, and nothing that was hidden behind it is answered.
      assert.deepEqual(
        [came.startsWith('HTTP/1.1 400'), came.split('HTTP/1.1 ').length - 1],
        [true, 1],
        came,
      )
    })
})
