/** A Dockerfile by its grammar, with the lines of its parts. */
import { type Dockerfile, DockerfileParser, type Instruction } from 'dockerfile-ast';

export interface Recipe {
  docker: Dockerfile;
  /** The line of the instruction's part that holds this text, else the instruction's first. */
  lineOf(instruction: Instruction, part: string): number;
}

/** Far above any recipe; longer ones take the grammar too long to read. */
export const maxRecipe = 200_000;

export function parseDockerfile(text: string): Recipe {
  return {
    docker: DockerfileParser.parse(text) as Dockerfile,
    lineOf(instruction, part) {
      const found = part === '' ? undefined : instruction.getArguments().find((argument) => argument.getValue().includes(part));
      return (found ?? instruction).getRange().start.line + 1;
    },
  };
}
