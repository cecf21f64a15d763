// How long AWS usually takes per resource type: for "usually 17 min" on screens, and for the simulator's pace.
// Source: design notes, "Creation times", marked there as taken from source code or typical; not measured by us.

/** Seconds: what a create, update or delete usually takes, and the range people see. */
export interface Usual {
  create: number
  update: number
  delete: number
  range: [number, number]
}
