export {
  type ArgumentSpec,
  type CommandEntry,
  type CommandGroup,
  type CommandSpec,
  type ExampleSpec,
  type GlobalOptions,
  globalOptions,
  type OptionSpec,
  type ValueSource,
} from './command-spec.ts';
export { glob, integer, moment, seconds } from './option-values.ts';
export { guessGlobals, parseCommandLine, type Request } from './parse-command-line.ts';
export { type HelpView, renderCommandHelp, renderRootHelp, renderShortHelp, rows } from './render-help.ts';
export { wrapText } from './wrap-text.ts';
