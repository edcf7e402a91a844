/** Grids with long ways: a snake, a spiral and a comb, on which depth-first search goes deepest and breadth-first search goes longest. */

export type Maze = 'snake' | 'spiral' | 'comb';

/** Free cells of the maze, row by row. Every maze is one connected corridor. */
export function mazeOf(kind: Maze, height: number, width: number): boolean[][] {
  switch (kind) {
    case 'snake': return cells(height, width, (row, column) => row % 2 === 0 || column === (row % 4 === 1 ? width - 1 : 0));
    case 'comb': return cells(height, width, (row, column) => row === 0 || column % 2 === 0);
    case 'spiral': return spiral(height, width);
  }
}

function cells(height: number, width: number, isFree: (row: number, column: number) => boolean): boolean[][] {
  return Array.from({ length: height }, (_, row) => Array.from({ length: width }, (__, column) => isFree(row, column)));
}

const turns = [[0, 1], [1, 0], [0, -1], [-1, 0]] as const;

/** Straight on while the cell after the next is not free yet, else to the right; the end is where neither leads on. */
function spiral(height: number, width: number): boolean[][] {
  const grid = cells(height, width, () => false);
  const inside = (row: number, column: number) => row >= 0 && row < height && column >= 0 && column < width;
  let [row, column, facing, stuck] = [0, 0, 0, 0];
  const open = () => { const line = grid[row]; if (line) line[column] = true; };
  for (open(); stuck < 2;) {
    const [down, right] = turns[facing % 4] ?? turns[0];
    const next = inside(row + down, column + right) && !grid[row + down]?.[column + right];
    if (next && !grid[row + 2 * down]?.[column + 2 * right]) { row += down; column += right; stuck = 0; open(); }
    else { facing++; stuck++; }
  }
  return grid;
}
