import { z } from 'zod';

// The page's policy forbids eval; zod would try it once for faster parsers and fill the console with the refusal.
z.config({ jitless: true });
