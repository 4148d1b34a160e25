//! What `make package` builds: all that [`refinire_web`] exports to JavaScript.

use refinire_web as _;
