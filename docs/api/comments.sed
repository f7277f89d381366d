# The headers' comments in the form in which doxygen takes them: the first one of a file is the file's, those behind a member the member's.
1s!^/\* SPDX-License-Identifier: MIT!/** @file!
1s!^// SPDX-License-Identifier: MIT!/// @file!
2,40s!^//( |$)!///\1!
/^[[:space:]]*[^#/*[:space:]].*[;,A-Za-z0-9_] +\/\* /s! +/\* ! /**< !
/^[[:space:]]*[^#/*[:space:]].*; +\/\/ /s! +// ! ///< !
