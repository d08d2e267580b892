import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { begunBody } from '../../../bff/http/begun-body.ts'

const SECRET = 'libsql at /var/lib/provision said no'
const bytes = (text: string) => new TextEncoder().encode(text)

/** A body of so many parts, and then a fault, or its end. */
function body(parts: number, fails: boolean): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < parts) controller.enqueue(bytes(`${at++},`))
      else if (fails) throw new Error(SECRET)
      else controller.close()
    },
  })
}

describe('an answer in parts', () => {
  it('is all of them', async () =>
    assert.equal(await new Response(await begunBody(body(5, false))).text(), '0,1,2,3,4,'))
  it('may be none', async () =>
    assert.equal(await new Response(await begunBody(body(0, false))).text(), ''))
  it('that fails before its first is no answer yet: it becomes a problem', async () => {
    await assert.rejects(begunBody(body(0, true)), { message: SECRET })
  })
  it('that fails later is cut off, and says nothing of why', async () => {
    const begun = await begunBody(body(3, true))
    await assert.rejects(new Response(begun).text(), { message: 'the answer was cut off' })
  })
  it('lets go of its source when its reader has gone', async () => {
    let gone = false
    const begun = await begunBody(
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(bytes('x')),
        cancel: () => {
          gone = true
        },
      }),
    )
    await begun.cancel()
    assert.equal(gone, true)
  })
})
