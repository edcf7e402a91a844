/** Names of packages that most people know, and whether another name is one slip away from one of them: a letter more, less, other, two exchanged, or a separator. */
const popular = {
  npm: 'lodash express react react-dom axios chalk commander debug moment dayjs request async uuid webpack typescript eslint prettier jest mocha vitest vite next vue svelte rollup esbuild dotenv cors body-parser mongoose sequelize prisma knex redis socket.io jsonwebtoken bcrypt passport nodemon concurrently cross-env rimraf glob minimist yargs inquirer semver classnames tailwindcss postcss autoprefixer sass styled-components redux zustand rxjs underscore jquery bootstrap d3 three ramda immer zod joi ajv yup winston pino morgan helmet multer sharp puppeteer playwright cheerio node-fetch got superagent graphql apollo-server ws mysql2 sqlite3 mongodb nodemailer stripe aws-sdk firebase electron babel-core core-js tslib colors electron-builder event-stream',
  pypi: 'requests numpy pandas scipy matplotlib scikit-learn tensorflow torch flask django fastapi uvicorn gunicorn sqlalchemy pydantic pytest setuptools wheel urllib3 certifi boto3 botocore click jinja2 pyyaml cryptography pillow beautifulsoup4 selenium scrapy celery redis psycopg2 pymongo aiohttp httpx tqdm rich typer attrs black mypy ruff pylint flake8 tox virtualenv poetry packaging python-dateutil pytz simplejson colorama docutils sphinx jupyter notebook ipython seaborn plotly transformers openai anthropic langchain tornado paramiko fabric ansible docker kubernetes protobuf grpcio markdown lxml websockets alembic marshmallow',
} as const;

const known = { npm: new Set(popular.npm.split(' ')), pypi: new Set(popular.pypi.split(' ')) };

/** The well-known name that `name` could be taken for, or null. Short names have too many neighbours to tell. */
export function nearPopular(name: string, registry: keyof typeof known): string | null {
  const plain = name.toLowerCase();
  const own = plain.replace(/[-_.]/g, '');
  if (own.length < 4 || known[registry].has(plain) || known[registry].has(plain.replaceAll('_', '-'))) return null;
  return [...known[registry]].find((other) => other.length >= 5 && oneSlip(own, other.replace(/[-_.]/g, ''))) ?? null;
}

function oneSlip(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (a[at] === b[at] && at < a.length) at += 1;
  if (a.length === b.length) return a.slice(at + 1) === b.slice(at + 1) || (a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2));
  return a.length > b.length ? a.slice(at + 1) === b.slice(at) : a.slice(at) === b.slice(at + 1);
}
