// The nouns of dr. Types only: this file imports nothing and does nothing.

/** What a region is to a system. A system with one region has only `standalone`. */
export type Role = 'primary' | 'failover' | 'standalone'

/** An AWS region code such as `us-east-1`. */
export type Region = string

/** A set of parameter values chosen by `--scale`. */
export type Scale = 'small' | 'large'

/** Anything JSON can hold: template bodies, resolved properties. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value }

/** Where something stands in a text file; line and column count from 1. */
export interface Position {
  file: string
  line: number
  column: number
}

/** `<stage>.<role>.<Output>`: one output of the root stack of one stage in the region of one role. */
export interface OutputReference {
  stage: string
  role: Role
  output: string
}

/** One stack set of a system: one root template, deployed to the regions of some roles. */
export interface Stage {
  name: string
  /** Absolute path of the root template. */
  template: string
  /** Roles in order: a step's regions run in one parallel operation, steps run one after another. */
  steps: Role[][]
  /** Names of stages that must be complete before: explicit `needs` and those named by inputs. */
  needs: string[]
  /** Root parameter ← output of an earlier stage; the same for every region of the stage. */
  inputs: Record<string, OutputReference>
  /** Root parameter ← output born inside this stage, given only to the instance of that role. */
  overrides: Partial<Record<Role, Record<string, OutputReference>>>
  /** Keys of flat-outputs.json made by this stage. */
  outputs: OutputKey[]
}

/** One key of flat-outputs.json and the stack output it is read from. */
export interface OutputKey {
  key: string
  from: OutputReference
}

/** A secret that must exist before the system is deployed; stacks read it and never make it. */
export interface SecretNeed {
  /** Last part of the name that dr gives it: `dr/<system>/<suffix>/<name>`. */
  name: string
  /** The root parameter that takes its name. */
  parameter: string
  /** Keys that its JSON text must have. */
  keys: string[]
}

/** A deployable system: one folder `cfn/systems/<name>` with its `system.yaml`, loaded and validated. */
export interface System {
  name: string
  title: string
  /** Absolute path of the folder that holds system.yaml. */
  folder: string
  /** Default region of each role; one entry `standalone`, or `primary` and `failover`. */
  regions: Partial<Record<Role, Region>>
  objectives: { rtoSeconds: number; rpoSeconds: number }
  tags: Record<string, string>
  /** Per scale: `stage.Parameter` → value. */
  scales: Record<Scale, Record<string, string>>
  /** Regions that its data may be in, such as `eu-*`, and the reason; absent where any will do. */
  residency?: { allow: string[]; because: string }
  secrets: SecretNeed[]
  /** What an account needs beyond AWS's defaults to run it, as sentences by scale. */
  quotas: Partial<Record<Scale, string[]>>
  /** In dependency order. */
  stages: Stage[]
}

/** What a user asks for: one system under one suffix in chosen regions. */
export interface Target {
  system: System
  suffix: string
  /** The chosen region of each role. */
  regions: Partial<Record<Role, Region>>
  scale: Scale
  /** `stage.Parameter` or `Parameter` → value, from dr.yaml and `--parameter`. */
  parameters: Record<string, string>
  /** With `--region`: the only regions to look at and change; what the others gave comes from the record. */
  only?: Region[]
}

/** Outputs of root stacks by stage and role, as far as they are known. */
export type StageOutputs = Record<string, Partial<Record<Role, Record<string, string>>>>

/** A bucket of an environment. */
export interface Bucket {
  name: string
  region: Region
}
