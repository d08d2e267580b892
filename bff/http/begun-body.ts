/** What a reader of a broken stream is left with: nothing of why. */
const CUT = 'the answer was cut off'

/**
 * A body whose first part is there before its answer begins: what fails until then is answered as a problem. What fails
 * later cuts the answer off, and nothing of the fault goes with it: the server that writes it out would put the words
 * of an error into the answer.
 *
 * @throws whatever the first part failed with
 */
export async function begunBody(
  body: ReadableStream<Uint8Array>,
): Promise<ReadableStream<Uint8Array>> {
  const reader = body.getReader()
  let next: Promise<ReadableStreamReadResult<Uint8Array>> = Promise.resolve(await reader.read())
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await next
          if (done) {
            controller.close()
            return
          }
          controller.enqueue(value)
          next = reader.read()
          // Awaited by the next pull; nobody may ever come for it.
          next.catch(() => undefined)
        } catch {
          controller.error(new Error(CUT))
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
