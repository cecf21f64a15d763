export interface Fault {
  kind: string
}
