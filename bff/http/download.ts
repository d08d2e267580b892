import type { Outcome } from './route.ts'

/** Bytes handed over at a time. */
const CHUNK = 64 * 1024
/** Downloads a process has under way at once, and how long one may take, in milliseconds. */
const MOST = 8
const LIFE = 30 * 60 * 1000
/** Seconds after which to ask again where there was no room. */
const RETRY = 30

/** The downloads of one process: so many at a time, each as fast as its reader takes it. */
export class Downloads {
  readonly #most: number
  readonly #life: number
  #open = 0

  constructor({
    most = MOST,
    life = LIFE,
  }: { readonly most?: number; readonly life?: number } = {}) {
    this.#most = most
    this.#life = life
  }

  /** Downloads under way. */
  get open(): number {
    return this.#open
  }

  /**
   * Begins a download, if there is room.
   *
   * @param begin called when there is; what it gives is read only as fast as the reader takes it
   * @param name of the file, of letters, digits, dots, hyphens and underscores
   */
  async begin(
    begin: () => Promise<AsyncGenerator<string> | undefined>,
    type: string,
    name: string,
  ): Promise<Outcome<never>> {
    if (this.#open >= this.#most)
      return {
        kind: 'problem',
        code: 'too_many_downloads',
        details: { headers: { 'retry-after': String(RETRY) } },
      }
    this.#open += 1
    let isOpen = true
    const done = () => {
      if (isOpen) this.#open -= 1
      isOpen = false
    }
    try {
      const source = await begin()
      return { kind: 'download', body: this.#streamOf(source, done), type, name }
    } catch (error) {
      done()
      throw error
    }
  }

  #streamOf(
    source: AsyncGenerator<string> | undefined,
    done: () => void,
  ): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder()
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      done()
    }
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          timer = setTimeout(() => {
            end()
            // Cut off, never ended as if it were whole.
            controller.error(new Error('the download took too long'))
            void source?.return(undefined)
          }, this.#life)
          timer.unref()
        },
        async pull(controller) {
          try {
            let text = ''
            while (text.length < CHUNK) {
              const next = await source?.next()
              if (next === undefined || next.done === true) {
                if (text !== '') controller.enqueue(encoder.encode(text))
                controller.close()
                end()
                return
              }
              text += next.value
            }
            controller.enqueue(encoder.encode(text))
          } catch (error) {
            end()
            throw error
          }
        },
        async cancel() {
          end()
          await source?.return(undefined)
        },
      },
      { highWaterMark: 1 },
    )
  }
}
