// Somebody else's client comes without types; this is what the test uses of it.
declare module 'cpanel-lib' {
  export interface Client {
    call(
      action: string,
      query: Record<string, string>,
      done: (error: unknown, answer: unknown) => void,
    ): void
    callApi2(
      module: string,
      func: string,
      query: Record<string, string>,
      user: string,
      done: (error: unknown, answer: unknown) => void,
    ): void
  }
  export function createClient(options: {
    host: string
    port: number
    username: string
    accessKey?: string
    password?: string
  }): Client
}
