"""When an opened profile locks by itself: nobody is there, or the computer goes away."""
