/* How a call into Lua ended. Apart from state.h, so that callers of script/ need not see Lua. */
#ifndef OUTCOME_H
#define OUTCOME_H

enum script_outcome { SCRIPT_OK, SCRIPT_RAISED, SCRIPT_OVER_INSTRUCTIONS, SCRIPT_OVER_MEMORY };

#endif
